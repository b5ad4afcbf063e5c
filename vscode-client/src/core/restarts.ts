/** Decides whether a server that ended is started again: not when it ends again and again. */
export class RestartPolicy {
  private ends: number[] = [];

  constructor(
    private readonly most = 4,
    private readonly withinMs = 180_000,
    private readonly now: () => number = Date.now,
  ) {}

  /** Note an end; false where one more start would be one too many. */
  mayRestart(): boolean {
    const now = this.now();
    this.ends = [...this.ends.filter((end) => now - end < this.withinMs), now];
    return this.ends.length <= this.most;
  }
}
