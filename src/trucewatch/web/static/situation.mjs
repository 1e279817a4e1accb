// The situation: a map that moves, its time and its table, all by one address. Without this file the page is whole.
const page = document.querySelector("main.situation");
const filters = document.getElementById("filters");
const brush = { from: document.getElementById("brush-from"), to: document.getElementById("brush-to") };
const FAMILIES = ["fire", "thermal", "told", "other"];
const TABLE_AFTER_MS = 250;
const ACROSS = 40; // points of an ellipse
const EMPTY = { type: "FeatureCollection", features: [] };
let asked = new URLSearchParams(location.search);
let bars = null;
let latest = 0;
let maplibre = null; // loaded after the first paint: the page is whole until then

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function style() {
  const tint = { fire: colour("accent"), thermal: colour("second"), told: colour("mark"), other: colour("soft") };
  const dashes = { fire: [1, 0], thermal: [4, 3], told: [2, 3], other: [8, 3] };
  const sources = {};
  for (const name of ["outlines", "watched", "by-area", "ground", "sectors", "cells", "places", "small"]) sources[name] = { type: "geojson", data: EMPTY };
  const layers = [
    { id: "sea", type: "background", paint: { "background-color": colour("sea") } },
    { id: "land", type: "fill", source: "outlines", paint: { "fill-color": colour("land") } },
    { id: "watched", type: "fill", source: "watched", paint: { "fill-pattern": ["get", "state"] } },
    { id: "told-by-area", type: "fill", source: "by-area", paint: { "fill-pattern": "by-area" } },
    { id: "borders", type: "line", source: "outlines", paint: { "line-color": colour("line"), "line-width": 0.8 } },
    { id: "borders-by-area", type: "line", source: "by-area", paint: { "line-color": colour("mark"), "line-width": 2, "line-dasharray": [3, 2] } },
    { id: "cells", type: "fill", source: "cells", paint: { "fill-color": colour("accent"), "fill-opacity": ["get", "o"], "fill-antialias": false } },
  ];
  for (const family of FAMILIES) {
    const mine = ["==", ["get", "f"], family];
    layers.push({ id: `fill-${family}`, type: "fill", source: "places", filter: mine, paint: { "fill-color": tint[family], "fill-opacity": ["*", 0.22, ["get", "p"]] } });
    layers.push({ id: `edge-${family}`, type: "line", source: "places", filter: mine, paint: { "line-color": tint[family], "line-width": 1.5, "line-dasharray": dashes[family], "line-opacity": ["max", 0.35, ["get", "p"]] } });
    layers.push({ id: `ring-${family}`, type: "circle", source: "small", filter: mine,
      paint: { "circle-radius": 3.5, "circle-color": tint[family], "circle-opacity": ["*", 0.3, ["get", "p"]], "circle-stroke-color": tint[family], "circle-stroke-width": 1.5, "circle-stroke-opacity": ["max", 0.35, ["get", "p"]] } });
  }
  layers.push({ id: "sectors", type: "fill", source: "sectors", paint: { "fill-color": colour("second"), "fill-opacity": 0.07 } });
  layers.push({ id: "sector-edges", type: "line", source: "sectors", paint: { "line-color": colour("second"), "line-width": 1.5, "line-dasharray": [6, 2, 1, 2] } });
  layers.push({ id: "claims", type: "line", source: "ground", paint: { "line-color": colour("mark"), "line-width": 2, "line-dasharray": [4, 2] } });
  return { version: 8, sources, layers };
}

// Hatchings that differ in grey: each is a tile of dots, drawn where `on` says so.
const HATCHED = {
  "by-area": ["accent", (x, y) => (x + y) % 14 < 3],
  watched: ["soft", (x, y) => y % 16 < 2],
  not_watched: ["soft", (x, y) => (x + y) % 16 < 2 || (x - y + 16) % 16 < 2],
  unknown: ["soft", (x, y) => (x % 16 - 8) ** 2 + (y % 16 - 8) ** 2 < 6],
};

function hatching(name) {
  const [tint, on] = HATCHED[name], side = name === "by-area" ? 14 : 16, pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = colour(tint);
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data, made = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y += 1) for (let x = 0; x < side; x += 1) if (on(x, y)) made.set([red, green, blue, name === "by-area" ? 190 : 120], (y * side + x) * 4);
  return { width: side, height: side, data: made };
}

function ellipse(lon, lat, major, minor, azimuth) {
  const turn = (azimuth * Math.PI) / 180, squeeze = Math.cos((lat * Math.PI) / 180) || 1e-6, ring = [];
  for (let at = 0; at <= ACROSS; at += 1) {
    const angle = (2 * Math.PI * at) / ACROSS, along = major * Math.cos(angle), across = minor * Math.sin(angle);
    const north = along * Math.cos(turn) - across * Math.sin(turn), east = along * Math.sin(turn) + across * Math.cos(turn);
    ring.push([lon + east / (111320 * squeeze), lat + north / 111320]);
  }
  return ring;
}

const longitude = (x, level) => (x / 2 ** level) * 360 - 180;
const latitude = (y, level) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** level))) * 180) / Math.PI;

function cells(bins) {
  let most = 1;
  for (const n of bins.n) most = Math.max(most, n);
  return bins.n.map((n, at) => {
    const [west, east] = [longitude(bins.x[at], bins.level), longitude(bins.x[at] + 1, bins.level)];
    const [north, south] = [latitude(bins.y[at], bins.level), latitude(bins.y[at] + 1, bins.level)];
    return { type: "Feature", properties: { n, o: 0.15 + (0.75 * Math.log1p(n)) / Math.log1p(most) },
      geometry: { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] } };
  });
}

function places(seen, metresAPixel) {
  const large = [], small = [];
  for (let at = 0; at < seen.row.length; at += 1) {
    const properties = { row: seen.row[at], f: FAMILIES[seen.family[at]], p: seen.p_real[at] ?? 0.5, at };
    const [lon, lat, major] = [seen.lon[at], seen.lat[at], seen.major90_m[at] ?? 0];
    if (major / metresAPixel < 4) small.push({ type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } });
    else large.push({ type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ellipse(lon, lat, major, seen.minor90_m[at] ?? major, seen.azimuth_deg[at] ?? 0)] } });
  }
  return [large, small];
}

const named = (feature) => feature.properties.id ?? feature.properties.name;

function without(...names) {
  const put = new URLSearchParams(asked);
  for (const name of names) put.delete(name);
  return put;
}

class Situation {
  constructor() {
    this.outlines = EMPTY;
    this.labels = [];
    this.counted = {};
    this.seen = null;
    document.getElementById("drawn").hidden = true;
    const box = document.getElementById("map");
    box.hidden = false;
    const [west, south, east, north] = page.dataset.window.split(",").map(Number);
    this.map = new maplibre.Map({ container: box, style: style(), bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: page.dataset.given ? 0 : 30 },
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0, renderWorldCopies: false, fadeDuration: 0 });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }));
    this.map.addControl(new maplibre.ScaleControl({ unit: "metric" }));
    this.map.on("load", () => this.begin());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.map.setStyle(style()); this.map.once("styledata", () => this.paint()); });
  }

  async begin() {
    const answer = await fetch("/situation/outlines.geojson");
    this.outlines = await answer.json();
    this.paint();
    this.ground();
    this.map.on("moveend", (event) => { if (event.originalEvent) this.moved(); }); // a window that nobody moved keeps its address
    for (const family of FAMILIES) for (const kind of ["fill", "ring"]) this.map.on("click", `${kind}-${family}`, (event) => this.told(event));
    await this.look();
    page.dataset.ready = "yes";
  }

  moved() {
    const edges = this.map.getBounds(), digits = Math.max(2, Math.ceil(this.map.getZoom() / 2));
    const within = (value, limit) => Math.max(-limit, Math.min(limit, value));
    asked.set("bbox", [within(edges.getWest(), 180), within(edges.getSouth(), 90), within(edges.getEast(), 180), within(edges.getNorth(), 90)].map((edge) => edge.toFixed(digits)).join(","));
    asked.delete("page");
    this.changed();
  }

  changed() {
    const address = `/situation?${asked}`;
    history.replaceState(null, "", address);
    this.look();
    clearTimeout(this.table);
    this.table = setTimeout(() => this.read(address), TABLE_AFTER_MS);
  }

  async look() {
    latest += 1;
    const mine = latest, put = without("page", "coverage");
    const answer = await fetch(`/situation/window.json?${put}`);
    if (!answer.ok || mine !== latest) return;
    const found = await answer.json();
    this.seen = found;
    bars = found.bars;
    this.fill();
    ends();
  }

  fill() {
    const metres = (40075016.686 * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom());
    const [large, small] = this.seen.incidents ? places(this.seen.incidents, metres) : [[], []];
    const put = (name, features) => this.map.getSource(name).setData({ type: "FeatureCollection", features });
    put("places", large);
    put("small", small);
    put("cells", this.seen.bins ? cells(this.seen.bins) : []);
    put("by-area", this.grounds().filter((feature) => this.seen.areas[named(feature)]));
    put("sectors", (this.seen.sectors ?? []).map((rings) => ({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: rings } })));
    document.getElementById("too-many").hidden = this.seen.sectors !== null;
    this.name();
  }

  paint() {
    for (const name of Object.keys(HATCHED)) {
      if (this.map.hasImage(name)) this.map.updateImage(name, hatching(name));
      else this.map.addImage(name, hatching(name), { pixelRatio: 2 });
    }
    this.map.getSource("outlines").setData(this.outlines);
    if (this.claims) this.under();
    if (this.seen) this.fill();
  }

  grounds() { // areas of the basemap, and zones of the agreements
    return [...this.outlines.features, ...(this.claims?.features ?? []).filter((feature) => !feature.properties.line)];
  }

  under() {
    const told = asked.get("coverage") ? this.claims.coverage : {};
    const watched = this.grounds().filter((feature) => told[named(feature)]);
    this.map.getSource("ground").setData(this.claims);
    this.map.getSource("watched").setData({ type: "FeatureCollection", features: watched.map((feature) => ({ ...feature, properties: { state: told[named(feature)] } })) });
    for (const mark of document.querySelectorAll(".of-coverage")) mark.hidden = !asked.get("coverage");
    for (const mark of document.querySelectorAll(".of-sectors")) mark.hidden = !asked.get("sectors");
  }

  name() {
    this.labels.forEach((label) => label.remove());
    const edges = this.map.getBounds();
    this.labels = this.outlines.features.filter((f) => edges.contains(f.properties.label)).map((feature) => {
      const box = document.createElement("div");
      box.className = "area-label";
      box.textContent = feature.properties.names[document.documentElement.lang] ?? feature.properties.name;
      const count = this.seen.areas[feature.properties.id];
      if (count) { const b = document.createElement("b"); b.textContent = count; box.append(b); }
      return new maplibre.Marker({ element: box, opacity: 1 }).setLngLat(feature.properties.label).addTo(this.map);
    });
  }

  async ground() {
    const answer = await fetch(`/situation/ground.geojson?${without("page", "coverage", "sectors")}`);
    if (!answer.ok) return;
    this.claims = await answer.json();
    this.under();
    if (this.seen) this.fill();
  }

  async read(address) {
    const answer = await fetch(address);
    if (!answer.ok || address !== `/situation?${asked}`) return;
    page.dataset.shown = address;
    const other = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["rows", "told", "drawn"]) document.getElementById(name).replaceWith(document.adoptNode(other.getElementById(name)));
    document.getElementById("drawn").hidden = true;
    const shown = other.querySelector("#brush .bars");
    if (shown) document.querySelector("#brush .bars").replaceWith(document.adoptNode(shown));
  }

  told(event) {
    const { at, row } = event.features[0].properties, seen = this.seen.incidents, box = document.createElement("div");
    const line = (text) => { const p = document.createElement("p"); p.textContent = text; box.append(p); };
    const option = (name, value) => filters.elements[name].querySelector(`option[value="${CSS.escape(value)}"]`)?.textContent ?? value;
    line(option("kind", seen.kind[at]));
    line(new Date(seen.from_s[at] * 1000).toISOString().replace(".000", ""));
    if (seen.p_real[at] !== null) line(`p = ${seen.p_real[at]}`);
    if (seen.verdict[at]) line(option("verdict", seen.verdict[at]));
    const link = document.createElement("a");
    link.href = `/situation/rows/${row}`;
    link.textContent = page.dataset.open;
    box.append(link);
    new maplibre.Popup({ maxWidth: "18rem" }).setLngLat(event.lngLat).setDOMContent(box).addTo(this.map);
  }
}

function ends() {
  if (!bars || !bars.counts.length) return;
  document.querySelector("#brush .ends").hidden = false;
  const whole = bars.step_us * bars.counts.length;
  const share = (name, otherwise) => (asked.get(name) ? ((Date.parse(asked.get(name).length === 10 ? `${asked.get(name)}T00:00Z` : asked.get(name)) * 1000 - bars.from_us) / whole) * 1000 : otherwise);
  if (document.activeElement !== brush.from) brush.from.value = share("from", 0);
  if (document.activeElement !== brush.to) brush.to.value = share("to", 1000);
  if (!brush.from.max.startsWith("b")) { brush.from.step = brush.to.step = 1000 / bars.counts.length; }
}

function brushed(situation) {
  const whole = bars.step_us * bars.counts.length, moment = (part) => new Date(Math.round((bars.from_us + (whole * part) / 1000) / 1000)).toISOString().replace(".000Z", "Z");
  let [first, last] = [Number(brush.from.value), Number(brush.to.value)];
  if (first > last) [first, last] = [last, first];
  for (const [name, part, edge] of [["from", first, 0], ["to", last, 1000]]) {
    if (Math.abs(part - edge) < 0.5) asked.delete(name);
    else asked.set(name, moment(part));
    filters.elements[name].value = asked.get(name) ?? "";
  }
  const chosen = document.getElementById("chosen");
  if (chosen) { chosen.setAttribute("x", first * 0.96); chosen.setAttribute("width", Math.max(2, (last - first) * 0.96)); }
  asked.delete("page");
  clearTimeout(situation.brushing);
  situation.brushing = setTimeout(() => { situation.changed(); situation.ground(); }, 60);
}

function filtered(situation) {
  for (const [name, value] of new FormData(filters)) {
    if (name === "bbox") continue;
    if (value) asked.set(name, value);
    else asked.delete(name);
  }
  for (const name of ["coverage", "sectors"]) if (!filters.elements[name].checked) asked.delete(name);
  asked.delete("page");
  situation.changed();
  situation.ground();
}

async function begun() {
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  if (!document.createElement("canvas").getContext("webgl2")) return;
  maplibre = await import("/static/map/maplibre-gl.mjs");
  maplibre.setWorkerUrl(new URL("/static/map/maplibre-gl-worker.mjs", location.href).href);
  const situation = new Situation();
  brush.from.addEventListener("input", () => brushed(situation));
  brush.to.addEventListener("input", () => brushed(situation));
  filters.addEventListener("submit", (event) => { event.preventDefault(); filtered(situation); });
  filters.addEventListener("change", () => filtered(situation));
}

if (page) begun();
