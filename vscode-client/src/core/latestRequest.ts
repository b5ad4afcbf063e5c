/** Sends only the newest request: waits until typing stops, cancels the one before, and drops its late answer. */
export class LatestRequest {
  private running: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly quietMs: number,
    private readonly onBusy: (busy: boolean) => void,
  ) {}

  /** Ask after the quiet time, or at once; neither callback is called for a request that was overtaken. */
  ask<T>(
    request: (signal: AbortSignal) => Promise<T>,
    onAnswer: (answer: T) => void,
    onError: (error: unknown) => void,
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
      request(controller.signal).then(
        (answer) => settle(() => onAnswer(answer)),
        (error: unknown) => settle(() => onError(error)),
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
