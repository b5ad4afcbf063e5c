import { SERVER_SETTINGS } from "../settings.generated";

/** What VS Code knows of one setting, without its default. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export type Inspect = (name: string) => Inspected | undefined;

/**
 * The answer to `workspace/configuration`: what somebody has set, and a workspace may. Defaults are left to the server,
 * so that a project's `.dowse.toml` is not covered by them.
 */
export function workspaceSettings(inspect: Inspect): Record<string, unknown> {
  return collectSettings(false, (name) => {
    const found = inspect(name);
    return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
  });
}

/** `initializationOptions`: what only the user may set, from the user's settings alone. */
export function userSettings(inspect: Inspect): Record<string, unknown> {
  return collectSettings(true, (name) => inspect(name)?.globalValue);
}

/** Whether a change of these settings takes a new server: `initializationOptions` are read once. */
export const USER_ONLY_NAMES = SERVER_SETTINGS.filter((setting) => setting.userOnly).map((setting) => setting.name);

function collectSettings(userOnly: boolean, valueOf: (name: string) => unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const setting of SERVER_SETTINGS) {
    const value = setting.userOnly === userOnly ? valueOf(setting.name) : undefined;
    if (value !== undefined && value !== null) {
      found[setting.name] = value;
    }
  }
  return found;
}
