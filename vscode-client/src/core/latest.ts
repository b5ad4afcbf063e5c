/** Asks only the newest question: waits until typing stops, cancels the one before, and drops what it answers late. */
export class Latest {
  private running: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly quietMs: number,
    private readonly onBusy: (busy: boolean) => void,
  ) {}

  /** Ask after the quiet time, or at once; `answered` and `failed` are not called for a question that was overtaken. */
  ask<T>(
    question: (signal: AbortSignal) => Promise<T>,
    answered: (answer: T) => void,
    failed: (error: unknown) => void,
    quietMs = this.quietMs,
  ): void {
    this.stop();
    const controller = new AbortController();
    this.running = controller;
    this.onBusy(true);
    this.timer = setTimeout(() => {
      const settle = (act: () => void) => {
        if (this.running === controller) {
          this.running = undefined;
          this.onBusy(false);
          act();
        }
      };
      question(controller.signal).then(
        (answer) => settle(() => answered(answer)),
        (error: unknown) => settle(() => failed(error)),
      );
    }, quietMs);
  }

  /** Cancel what runs or waits. */
  cancel(): void {
    if (this.running) {
      this.stop();
      this.onBusy(false);
    }
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    this.running = undefined;
  }
}
