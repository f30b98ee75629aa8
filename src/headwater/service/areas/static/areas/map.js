// Draws the areas of the table beside it. Everything comes from this service; the table holds the same facts without it.
(() => {
  const box = document.querySelector("[data-map]");
  const told = document.querySelector("[data-map-told]");
  if (!box) return;
  const INK = "#14222b", HIDDEN = -1;

  // The worker starts while outlines and values are still on their way.
  maplibregl.setWorkerUrl(box.dataset.worker);
  maplibregl.setWorkerCount(1);
  maplibregl.prewarm();

  const tell = (words, code) => {
    told.replaceChildren(words);
    if (!code) return;
    const link = document.createElement("a");
    link.href = `${box.dataset.area}${encodeURIComponent(code)}/`;
    link.textContent = "Open its page";
    told.append(" ", link);
  };
  box.hidden = false;
  tell("");

  // A hatch of ink on white, dark enough to be told from every shade.
  const hatch = () => {
    const size = 12, pixels = new Uint8Array(size * size * 4);
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) {
      const line = (x + y) % (size / 2) < 2;
      pixels.set(line ? [20, 34, 43, 255] : [255, 255, 255, 255], (y * size + x) * 4);
    }
    return { width: size, height: size, data: pixels };
  };

  const boundsOf = (features) => {
    const found = [180, 90, -180, -90];
    const look = (part) => {
      if (typeof part[0] !== "number") return part.forEach(look);
      found[0] = Math.min(found[0], part[0]); found[1] = Math.min(found[1], part[1]);
      found[2] = Math.max(found[2], part[0]); found[3] = Math.max(found[3], part[1]);
    };
    features.forEach((one) => look(one.geometry.coordinates));
    return found;
  };

  const draw = ([outlines, values]) => {
    // Only what decides the look goes to the worker; names and words stay here.
    const names = new Map(outlines.features.map((one) => [one.properties.code, one.properties.name]));
    const inside = values.found && new Set(values.found);
    const features = outlines.features.map(({ geometry, properties: { code } }) => {
      const [number] = values.areas[code] || [-2];
      return { type: "Feature", geometry, properties: { code, number, found: !inside || inside.has(code) } };
    });
    const sought = inside ? features.filter((one) => one.properties.found) : [];
    const bounds = boundsOf(sought.length ? sought : features);
    const hides = features.some((one) => one.properties.number === HIDDEN);
    const shades = values.classes.flatMap(([number, , colour]) => [number, colour]);
    const colour = shades.length ? ["match", ["get", "number"], ...shades, "#ffffff"] : "#ffffff";
    const map = new maplibregl.Map({
      container: box, bounds, fitBoundsOptions: { padding: 12, animate: false, maxZoom: 13 }, attributionControl: false, dragRotate: false, pitchWithRotate: false,
      touchPitch: false, fadeDuration: 0, maxZoom: 16, cooperativeGestures: true, locale: { "Map.Title": box.dataset.label },
      canvasContextAttributes: { preserveDrawingBuffer: true }, // or a printer gets an empty sheet
      style: {
        version: 8,
        sources: { areas: { type: "geojson", data: { type: "FeatureCollection", features }, buffer: 8, maxzoom: 12 } },
        layers: [
          { id: "areas", type: "fill", source: "areas", paint: { "fill-color": colour, ...(inside ? { "fill-opacity": ["case", ["get", "found"], 1, 0.25] } : {}) } },
          ...(hides ? [{ id: "hidden", type: "fill", source: "areas", filter: ["==", ["get", "number"], HIDDEN], paint: { "fill-pattern": "hatch" } }] : []),
          { id: "edges", type: "line", source: "areas", paint: { "line-color": INK, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.3, 12, 1], "line-opacity": features.length > 500 ? 0.5 : 1 } },
        ],
      },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();

    if (hides) map.once("styledata", () => map.addImage("hatch", hatch()));

    const choose = (code) => {
      if (map.getLayer("chosen")) map.setFilter("chosen", ["==", ["get", "code"], code]);
      else map.addLayer({ id: "chosen", type: "line", source: "areas", filter: ["==", ["get", "code"], code], paint: { "line-color": INK, "line-width": 4 } });
    };
    const read = (point) => {
      const code = map.queryRenderedFeatures(point, { layers: ["areas"] })[0]?.properties.code;
      choose(code || "");
      if (code) tell(`${names.get(code)} (${code}): ${values.areas[code]?.[1] || "no measure"}.`, code);
      else tell("No area here.");
    };
    map.on("click", (event) => read(event.point));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const { width, height } = map.getCanvas().getBoundingClientRect();
      read([width / 2, height / 2]);
    });

    const asks = document.querySelector("[data-map-asks]");
    asks.hidden = false;
    const verbs = { in: () => map.zoomIn(), out: () => map.zoomOut(), all: () => map.fitBounds(bounds, { padding: 12, animate: false }) };
    asks.addEventListener("click", (event) => verbs[event.target.dataset.mapAsk]?.());

    // What is drawn, for whoever checks: areas, and those of them that are hatched.
    map.on("idle", () => {
      const drawn = (layer) => (map.getLayer(layer) ? new Set(map.queryRenderedFeatures({ layers: [layer] }).map((one) => one.properties.code)).size : 0);
      box.dataset.drawn = drawn("areas");
      box.dataset.hatched = drawn("hidden");
    });
    map.on("error", (event) => { box.dataset.fault = String(event.error?.message || event.error); });
    addEventListener("beforeprint", () => { map.resize(); map.redraw(); });
  };

  const get = (address) => fetch(address, { credentials: "same-origin" }).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  });
  Promise.all([get(box.dataset.outlines), get(box.dataset.values)]).then(draw).catch((fault) => {
    box.hidden = true;
    box.dataset.fault = String(fault);
    tell("This browser cannot draw the map. The table holds the same facts.");
  });
})();
