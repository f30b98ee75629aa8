// Builds the style sheets and copies the typeface and the map's library into the package: node build.mjs [folder]
//
// What it writes is committed, so that nobody needs Node to run Headwater. `built-from.json` holds a digest of what
// went in and of what came out; a test compares both, with no need of Node, and rebuilds where Node is at hand.

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] && dirname(process.argv[2]);
const folder = process.argv[2] ?? join(here, "../src/headwater/triggers/pages/static");
const typeface = join(here, "node_modules/@fontsource-variable/atkinson-hyperlegible-next");
const govuk = join(here, "node_modules/govuk-frontend");

const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, "fonts"), { recursive: true });

// Upright only: the pages use no italics. Latin and Latin Extended cover the names of the West Midlands in Latin letters.
const ranges = ["latin-ext", "latin"];
const published = readFileSync(join(typeface, "index.css"), "utf8");
const faces = ranges.map((range) => {
  const file = `atkinson-hyperlegible-next-${range}-wght-normal.woff2`;
  const covered = published.split("@font-face").find((face) => face.includes(file)).match(/unicode-range: ([^;]+);/)[1];
  cpSync(join(typeface, "files", file), join(folder, "fonts", file));
  return (
    `@font-face{font-family:"Atkinson Hyperlegible Next Variable";font-style:normal;font-display:swap;` +
    `font-weight:200 800;src:url(fonts/${file}) format("woff2");unicode-range:${covered}}\n`
  );
});
cpSync(join(typeface, "LICENSE"), join(folder, "fonts/LICENSE.txt"));
cpSync(join(here, "licences/govuk-frontend.txt"), join(folder, "LICENSE-govuk-frontend.txt"));

const { css } = sass.compile(join(here, "headwater.scss"), {
  style: "compressed",
  loadPaths: [join(here, "node_modules")],
});
const version = JSON.parse(readFileSync(join(govuk, "package.json"), "utf8")).version;
const notice =
  "/* Headwater, MIT. Holds parts of GOV.UK Frontend " + version + ", MIT, see LICENSE-govuk-frontend.txt." +
  " Typeface: Atkinson Hyperlegible Next, SIL Open Font License 1.1, see fonts/LICENSE.txt. Built by front-end/build.mjs: edit front-end/headwater.scss. */\n";
writeFileSync(join(folder, "style.css"), notice + faces.join("") + css.trim() + "\n");

// What the service needs beyond it lies with the service.
const service = target ? join(target, "service") : join(here, "../src/headwater/service/design/static/design");
mkdirSync(service, { recursive: true });
const more = sass.compile(join(here, "service.scss"), { style: "compressed", loadPaths: [join(here, "node_modules")] });
writeFileSync(join(service, "service.css"), notice.replace("headwater.scss", "service.scss") + more.css.trim() + "\n");

// The map's drawing library: the build that needs no eval and starts its worker from a file of our own. Its own style sheet is not
// taken: the few rules that it needs stand in service.scss.
const maplibre = join(here, "node_modules/maplibre-gl");
const map = target ? join(target, "map") : join(here, "../src/headwater/service/areas/static/areas/maplibre");
rmSync(map, { recursive: true, force: true });
mkdirSync(map, { recursive: true });
for (const name of ["maplibre-gl-csp.js", "maplibre-gl-csp-worker.js"]) {
  const text = readFileSync(join(maplibre, "dist", name), "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  writeFileSync(join(map, name), text);
}
cpSync(join(maplibre, "LICENSE.txt"), join(map, "LICENSE.txt"));
writeFileSync(
  join(map, "built-from.json"),
  JSON.stringify(
    {
      version: JSON.parse(readFileSync(join(maplibre, "package.json"), "utf8")).version,
      built: Object.fromEntries(["LICENSE.txt", "maplibre-gl-csp-worker.js", "maplibre-gl-csp.js"].map((name) => [name, digest(join(map, name))])),
    },
    null,
    2,
  ) + "\n",
);

const sources = ["_look.scss", "build.mjs", "headwater.scss", "licences/govuk-frontend.txt", "package-lock.json", "package.json", "service.scss"];
const built = ["LICENSE-govuk-frontend.txt", "style.css", ...readdirSync(join(folder, "fonts")).sort().map((name) => `fonts/${name}`)];
writeFileSync(
  join(folder, "built-from.json"),
  JSON.stringify(
    {
      from: Object.fromEntries(sources.map((name) => [name, digest(join(here, name))])),
      built: Object.fromEntries(built.map((name) => [name, digest(join(folder, name))])),
    },
    null,
    2,
  ) + "\n",
);
