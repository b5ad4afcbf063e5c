let bundle: Readonly<Record<string, string>> = {};

/** Take the user's language: translations by their English text, as VS Code hands them to an extension. */
export function useBundle(translations: Readonly<Record<string, string>> | undefined): void {
  bundle = translations ?? {};
}

/** The text in the user's language, with `{0}`, `{1}` … replaced by the arguments. English where there is no other. */
export function t(message: string, ...args: readonly (string | number)[]): string {
  return (bundle[message] ?? message).replace(/\{(\d+)\}/g, (found, index) => String(args[Number(index)] ?? found));
}

/** One of two texts by a count, which stands for `{0}` and is written with separators. */
export function counted(count: number, one: string, many: string, ...args: readonly (string | number)[]): string {
  return t(count === 1 ? one : many, count.toLocaleString("en"), ...args);
}
