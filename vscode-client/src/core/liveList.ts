/**
 * Which row of a live list Enter means. The list answers a question that may have changed since: what a person sees
 * marked counts only if the person moved there and the rows still answer the question.
 */
export class LiveList<Row> {
  private rows: readonly Row[] = [];
  private asked = "";
  private answered: string | undefined;
  private moved = false;

  /** Whether the rows answer another question than the one that was asked last. */
  get isWaiting(): boolean {
    return this.asked !== this.answered;
  }

  /** Whether the person went to a row of this answer. */
  get hasMoved(): boolean {
    return this.moved;
  }

  ask(question: string): void {
    this.asked = question;
  }

  /**
   * Take the rows that answer the question asked last; return the one to mark. A row that the person went to stays
   * marked while the question is the same, for example when the index has grown; otherwise it is the first.
   */
  show(rows: readonly Row[], active: Row | undefined, isSame: (a: Row, b: Row) => boolean): Row | undefined {
    const kept =
      !this.isWaiting && this.moved && active !== undefined ? rows.find((row) => isSame(row, active)) : undefined;
    this.moved = kept !== undefined;
    this.rows = rows;
    this.answered = this.asked;
    return kept ?? rows[0];
  }

  /** Note that a row was marked, by the list itself or by the person; return whether the person moved. */
  activate(row: Row | undefined): boolean {
    if (row !== undefined && this.rows.includes(row) && (this.moved || row !== this.rows[0])) {
      this.moved = true;
    }
    return this.moved;
  }

  /** The row that Enter opens; undefined while none answers the question yet. */
  chosen(active: Row | undefined): Row | undefined {
    if (this.isWaiting) {
      return undefined;
    }
    return this.moved && active !== undefined && this.rows.includes(active) ? active : this.rows[0];
  }
}
