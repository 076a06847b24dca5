/**
 * Loops as compilers make the innermost ones: short, counted, without calls; the engine gives them a form of their own
 * (`src/instrument/loop-form.ts`). They run for a few rounds, and what traps does so in one round of them.
 * @module
 */
import { EMPTY, I64, type Node, type Type } from "./ast.ts";
import { COUNTERS, CodeGenerator } from "./code.ts";
import * as make from "./nodes.ts";

const MAX_ROUNDS = 20;
const LOOP_PERCENT = 10;
/** In front of an address: beyond any memory. */
const FAR = 30;

/** Generates one function. */
export class FunctionGenerator extends CodeGenerator {
  /** The loop that is being made: its counter, and how many labels lie around its body. */
  private tight: { readonly counter: number; readonly labels: number; readonly rounds: number } | undefined;

  protected override statement(): void {
    if (this.tight !== undefined) this.inLoop();
    else if (this.counted < COUNTERS && this.random.chance(LOOP_PERCENT)) this.tightLoop();
    else super.statement();
  }

  protected override statements(depth: number): number {
    return this.tight === undefined
      ? super.statements(depth)
      : this.random.between(1, depth > this.tight.labels + 1 ? 2 : 5);
  }

  private tightLoop(): void {
    const counter = this.counters[this.counted++] as number;
    const rounds = this.random.between(1, MAX_ROUNDS);
    this.tight = { counter, labels: this.labels.length, rounds };
    this.emit(make.i32(rounds), make.setLocal(counter));
    const body = this.sequence({ type: EMPTY, closed: true }, EMPTY, [], this.again(0));
    this.emit({ kind: "loop", type: EMPTY, body });
    this.tight = undefined;
    this.counted--;
  }

  /** Counts down and goes back while rounds are left. */
  private again(depth: number): Node[] {
    const { counter } = this.tight as { counter: number };
    return [
      make.getLocal(counter),
      make.i32(1),
      make.binary(0x6b),
      make.teeLocal(counter),
      make.i32(0),
      make.binary(0x4a),
      { kind: "brIf", depth },
    ];
  }

  private inLoop(): void {
    const { random } = this;
    const choice = random.below(100);
    if (choice < 25) this.compute();
    else if (choice < 28) this.divide();
    else if (choice < 40) this.stack.length > 0 ? this.consume() : this.push(I64);
    else if (choice < 48) this.load();
    else if (choice < 56) this.store();
    else if (choice < 66) this.nested(false);
    else if (choice < 71) this.branchIf();
    else if (choice < 79) this.emit(...this.again(this.labelsInside()));
    else if (choice < 86) this.inRound(() => this.leaveLoop());
    else if (choice < 98) this.trapInRound();
    else this.size();
  }

  /** Labels of the loop's body around the place that is reached. */
  private labelsInside(): number {
    return this.labels.length - 1 - (this.tight?.labels ?? 0);
  }

  /** In one round, which the loop may or may not reach: the count, and what compares it. */
  private isRound(): Node[] {
    const { counter, rounds } = this.tight as { counter: number; rounds: number };
    return [make.getLocal(counter), make.i32(this.random.between(1, rounds))];
  }

  /** Something in an arm that only one round enters. */
  private inRound(leave: () => Node[]): void {
    const condition = [...this.isRound(), make.binary(0x46)];
    const first = this.register(this.random.chance(30) ? [make.i32(1), make.DROP, ...leave()] : leave());
    this.emit(...condition, { kind: "if", type: EMPTY, first, second: undefined });
  }

  /** Leaves the loop, or goes on with its next round. */
  private leaveLoop(): Node[] {
    const inside = this.labelsInside() + 1;
    const choice = this.random.below(100);
    if (choice < 40) return this.again(inside);
    if (choice < 60) return [...this.operand(this.returns), make.RETURN];
    const beyond = this.labels.length - inside;
    const depth = inside + this.random.below(beyond);
    const { closed, type } = this.labelAt(depth - 1);
    return closed ? this.again(inside) : [...this.operand(type), { kind: "br", depth }];
  }

  private operand(type: Type): Node[] {
    return type === EMPTY ? [] : [this.constant(type)];
  }

  private trapInRound(): void {
    const { random, scope } = this;
    if (!random.chance(scope.hazard)) return;
    // Without memory even the first byte is beyond it, but not beyond the reserve of an instance.
    switch (random.below(scope.pages === 0 ? 2 : 4)) {
      case 0:
        this.emit(make.i64(7n), ...this.isRound(), make.binary(0x6b), make.unary(0xac), make.binary(0x80), make.DROP);
        break;
      case 1:
        this.inRound(() => [make.UNREACHABLE]);
        break;
      default:
        this.emit(...this.isRound(), make.binary(0x46), make.i32(FAR), make.binary(0x74));
        if (random.chance(50)) this.emit(make.plain(0x2d, 1, 1, [0, 0]), make.DROP);
        else this.emit(make.i64(1n), make.plain(0x37, 2, 0, [0, 0]));
    }
  }
}
