/** The questions asked last, newest first, each once. */
export class History {
  constructor(
    private readonly load: () => readonly string[],
    private readonly save: (queries: readonly string[]) => void,
    private readonly capacity = 20,
  ) {}

  get queries(): readonly string[] {
    return this.load();
  }

  add(query: string): void {
    const trimmed = query.trim();
    if (trimmed) {
      this.save([trimmed, ...this.load().filter((each) => each !== trimmed)].slice(0, this.capacity));
    }
  }

  remove(query: string): void {
    this.save(this.load().filter((each) => each !== query));
  }
}
