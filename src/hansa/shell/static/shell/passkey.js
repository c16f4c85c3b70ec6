// SPDX-License-Identifier: Apache-2.0
// Passkeys: sign in (data-passkey="get" with data-options-url), make one ("create"), approve listed acts ("approve").
// The form posts the device's answer as JSON in the field "credential"; what went wrong is said in [data-passkey-error].
(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const text = (buffer) => {
    if (!buffer) return undefined;
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const known = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const answer = (credential) => {
    const said = credential.response;
    const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const response = Object.fromEntries(fields.map((name) => [name, text(said[name])]).filter((pair) => pair[1]));
    if (said.getTransports) response.transports = said.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const read = async (response) => {
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  };

  const ask = {
    async get(form) {
      const said = form.dataset.options
        ? JSON.parse(document.getElementById(form.dataset.options).textContent)
        : await read(await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } }));
      const options = (said.request_options || said).publicKey;
      return navigator.credentials.get({
        publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) },
      });
    },
    async create(form) {
      const options = JSON.parse(document.getElementById(form.dataset.options).textContent).publicKey;
      return navigator.credentials.create({
        publicKey: {
          ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
          excludeCredentials: known(options.excludeCredentials),
        },
      });
    },
    async approve(form) {
      const said = await read(await fetch(form.dataset.optionsUrl, { method: "POST", body: new FormData(form) }));
      form.elements.challenge.value = said.token;
      return navigator.credentials.get({
        publicKey: {
          challenge: bytes(said.challenge), rpId: said.rpId, userVerification: "required", timeout: 300000,
          allowCredentials: said.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
        },
      });
    },
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const how = ask[form.dataset.passkey];
    if (!how || event.submitter?.name === "exercise") return;
    event.preventDefault();
    const note = form.querySelector("[data-passkey-error]");
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    note.hidden = true;
    try {
      form.elements.credential.value = answer(await how(form));
      form.submit();
    } catch (error) {
      delete form.dataset.busy;
      note.hidden = false;
      note.focus();
    }
  });

  // Counting what is kept, so that the button says what it will sign.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-passkey=approve]");
    const label = form?.querySelector("[data-count]");
    if (!label) return;
    const kept = form.querySelectorAll("input[name=act]:checked").length;
    label.textContent = (kept === 1 ? label.dataset.one : label.dataset.many).replace("{count}", kept);
  });
})();
