// Where Chromium is; run by itself, exits with 0 where there is one.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const chromium = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exit(chromium ? 0 : 1);
}
