# SPDX-License-Identifier: Apache-2.0
"""A code as six words, to compare by voice: 48 bits of a hash. Each word is the same in English and in Spanish."""

WORDS = tuple(
    """
abdomen actor aerosol agenda album alfalfa alpaca altar anaconda angel animal area arena armada aroma atlas
auto bacteria balance ballet banana banjo bonus boreal bravo burro bus cable cactus cafe canal canon
capital carbon cargo casino central cereal chile chocolate civil clan club cobra coco combo conga control
coral coyote cultural debate debut decimal decision delta dental dimension director disco division doctor dragon drama
editor enigma extension exterior facial factor familiar fauna favor fervor festival fiesta final flamenco flora floral
formula fusion gala gas gaucho general genial global golf guacamole guano habitual hacienda halo honor horizontal
hospital hotel humor idea iguana imperial inspector inventor iris jaguar jojoba judo karate karma kayak kilo
kiwi koala labor larva lava legion llama logo lunar magma mambo mango mania manual maraca marginal
matador medieval melon memorial menu mesa metal metro million mineral mission monitor mosquito motel motor multiple
mural musical nacho natural naval nectar neutral nominal normal oasis ocular opera opinion orca oregano original
oval paella palma pampa panda panel panorama papaya parasol pasta pastel patio pedal personal perfume piano
pizza plan plasma plaza polo poncho popular portal postal precision principal pronto pueblo puma radar radial
radio region regional regular revision ritual rival robot rodeo rotor rumor rural saga salmon salsa samba
sauna sector sensor serial sierra siesta silo similar soda sofa solo sonar sultan taco tango tapir
taxi tenor terminal toga torso tortilla total tractor tribunal trio trivial tropical tuba tundra tutor union
universal vapor vector verbal version vertical veto vigor violin visa visible vision visual vital vocal yoga
""".split()
)


def words_of(digest: str) -> str:
    """Return the first six bytes of a hash (hex) as six words."""
    return " ".join(WORDS[byte] for byte in bytes.fromhex(digest[:12]))
