/**
 * Death of a process at a chosen step: every durable or external step passes {@link Faults.step}; the armed one throws,
 * and so does everything after it, as nothing runs in a dead process.
 */
export class Faults {
  readonly steps: string[] = [];
  #killAt: number | undefined;
  #dead = false;

  killAt(step: number): this {
    this.#killAt = step;
    return this;
  }

  get dead(): boolean {
    return this.#dead;
  }

  step(name: string): void {
    if (this.#dead) throw new Error("dead");
    if (this.steps.length === this.#killAt) {
      this.#dead = true;
      throw new Error(`killed at ${name}`);
    }
    this.steps.push(name);
  }
}
