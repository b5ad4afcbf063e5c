export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The version that `dowse --version` prints; undefined for any other program of that name. */
export function parseVersionOutput(output: string): Version | undefined {
  const found = /^dowse,? (?:version )?(\d+)\.(\d+)\.(\d+)\S*\s*$/.exec(output.trim());
  return found ? { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3]) } : undefined;
}

export function parseVersion(version: string): Version {
  const found = parseVersionOutput(`dowse ${version}`);
  if (!found) {
    throw new Error(`${version} is no version`);
  }
  return found;
}

/** Whether a server may serve an extension made for `wanted`: not older, and of the same minor version before 1.0. */
export function isCompatible(found: Version, wanted: Version): boolean {
  if (found.major !== wanted.major || (wanted.major === 0 && found.minor !== wanted.minor)) {
    return false;
  }
  return found.minor > wanted.minor || (found.minor === wanted.minor && found.patch >= wanted.patch);
}

export function formatVersion(version: Version): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}
