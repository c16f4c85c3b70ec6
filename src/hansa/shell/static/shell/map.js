// SPDX-License-Identifier: Apache-2.0
// Zoom by buttons; when zoomed in, the map moves to what has focus. Without script the whole map shows.
(() => {
  "use strict";
  const STEP = 1.6, MOST = 8;

  document.querySelectorAll("[data-map]").forEach((figure) => {
    const svg = figure.querySelector("svg[data-box]");
    const tools = figure.querySelector("[data-map-tools]");
    const [, , width, height] = svg.dataset.box.split(" ").map(Number);
    let scale = 1, x = width / 2, y = height / 2;
    tools.hidden = false;

    const draw = () => {
      const w = width / scale, h = height / scale;
      x = Math.min(Math.max(x, w / 2), width - w / 2);
      y = Math.min(Math.max(y, h / 2), height - h / 2);
      svg.setAttribute("viewBox", `${x - w / 2} ${y - h / 2} ${w} ${h}`);
      svg.querySelectorAll(".h-map__mark").forEach((mark) => {
        const at = mark.getAttribute("transform").split(" scale")[0];
        mark.setAttribute("transform", `${at} scale(${1 / Math.sqrt(scale)})`);
      });
    };
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-zoom]");
      if (!button) return;
      scale = Math.min(Math.max(button.dataset.zoom === "in" ? scale * STEP : scale / STEP, 1), MOST);
      draw();
    });
    svg.addEventListener("focusin", (event) => {
      const at = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(event.target.querySelector(".h-map__mark")?.getAttribute("transform"));
      if (at && scale > 1) { [x, y] = [Number(at[1]), Number(at[2])]; draw(); }
    });
  });
})();
