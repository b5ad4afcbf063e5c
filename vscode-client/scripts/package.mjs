// node scripts/package.mjs: builds dowse-VERSION.vsix, with the server's wheel inside, and refuses a client that is too large.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// Bytes besides the wheel, of which the built-in models are nearly all.
const LIMIT = 1_000_000;
const client = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const python = process.env.PYTHON ?? (process.platform === "win32" ? "python" : "python3");
const { version } = JSON.parse(readFileSync(resolve(client, "package.json"), "utf8"));
const vsix = resolve(client, `dowse-${version}.vsix`);
const run = (command, args) => execFileSync(command, args, { cwd: client, stdio: "inherit" });

rmSync(resolve(client, "server"), { recursive: true, force: true });
run(python, ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "server", ".."]);
run(process.execPath, ["esbuild.mjs"]);
withPictures(resolve(client, "README.md"), resolve(client, "out", "README.md"));
run(process.execPath, [
  "node_modules/@vscode/vsce/vsce",
  "package",
  "--no-dependencies",
  "--allow-missing-repository",
  "--no-rewrite-relative-links",
  "--readme-path",
  "out/README.md",
  "--out",
  vsix,
]);

/** Write a page with its pictures inside: the extension's page shows none that lie beside it. */
function withPictures(page, target) {
  const text = readFileSync(page, "utf8").replace(/\]\((\.\.\/[\w/.-]+\.png)\)/g, (_, picture) => {
    const data = readFileSync(resolve(client, picture)).toString("base64");
    return `](data:image/png;base64,${data})`;
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

const { size } = statSync(vsix);
const wheels = readdirSync(resolve(client, "server")).map((name) => statSync(resolve(client, "server", name)).size);
const own = size - wheels.reduce((sum, wheel) => sum + wheel, 0);
if (own >= LIMIT) {
  throw new Error(`${vsix} has ${own} bytes besides the server; at most ${LIMIT} are allowed`);
}
console.log(`${vsix}: ${size} bytes, ${own} of them the client`);
