/**
 * Typed errors. The wire identity of a chain error is the Cosmos SDK's pair (codespace, code); its text form is
 * "<detail>: <registered text>", outermost detail first. Local errors carry a string code and a fix instead.
 *
 * Recognise errors by {@link CodedError.is}, never by `instanceof` on a subclass or by text.
 * @module
 */

/** Flat data that explains an error; never secret. */
export type ErrorMetadata = Readonly<Record<string, string | number | boolean | null>>;

/** Identity and base text of a registered chain error. */
export interface ErrorDescriptor {
  readonly codespace: string;
  readonly code: number;
  readonly text: string;
}

/** An error with codespace and code. `message` is the SDK's text: details from outermost to innermost, then the root text. */
export class CodedError extends Error {
  override readonly name = "CodedError";
  readonly codespace: string;
  readonly code: number;
  readonly metadata: ErrorMetadata;

  constructor(descriptor: ErrorDescriptor, message: string, metadata: ErrorMetadata = {}) {
    super(message);
    this.codespace = descriptor.codespace;
    this.code = descriptor.code;
    this.metadata = metadata;
  }

  /** Whether `error` carries the identity of `descriptor`. Survives duplicated packages, threads and JSON. */
  static is(error: unknown, descriptor: ErrorDescriptor): boolean {
    return CodedError.isCoded(error) && error.codespace === descriptor.codespace && error.code === descriptor.code;
  }

  /** Whether `error` is a chain error of any identity. */
  static isCoded(error: unknown): error is CodedError {
    return error instanceof Error && error.name === "CodedError";
  }

  /** The same error with `detail` in front, as the SDK's Wrap prints it. */
  wrap(detail: string): CodedError {
    return new CodedError(
      { codespace: this.codespace, code: this.code, text: "" },
      `${detail}: ${this.message}`,
      this.metadata,
    );
  }
}

/** A registered error: build instances with {@link RegisteredError.wrap} or {@link RegisteredError.bare}. */
export interface RegisteredError extends ErrorDescriptor {
  /** `<detail>: <text>` */
  wrap(detail: string, metadata?: ErrorMetadata): CodedError;
  /** The registered text alone. */
  bare(metadata?: ErrorMetadata): CodedError;
}

const registry = new Map<string, RegisteredError>();

/** Registers an error of a codespace once; numbers are never reused. Throws when the pair is taken. */
export function registerError(codespace: string, code: number, text: string): RegisteredError {
  const key = `${codespace}:${code}`;
  if (registry.has(key)) throw new LocalError("ERROR_CODE_TAKEN", `error ${key} is registered twice`);
  const descriptor: ErrorDescriptor = { codespace, code, text };
  const registered: RegisteredError = {
    ...descriptor,
    wrap: (detail, metadata) => new CodedError(descriptor, `${detail}: ${text}`, metadata),
    bare: (metadata) => new CodedError(descriptor, text, metadata),
  };
  registry.set(key, registered);
  return registered;
}

/** All registered errors, for the reference page and its test. */
export function registeredErrors(): readonly RegisteredError[] {
  return [...registry.values()];
}

/** A problem of this machine or of the caller (configuration, files, usage): string code, message, how to fix it. */
export class LocalError extends Error {
  override readonly name = "LocalError";
  readonly code: string;
  readonly fix: string | undefined;

  constructor(code: string, message: string, options: { fix?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
  }

  static is(error: unknown, code: string): error is LocalError {
    return error instanceof Error && error.name === "LocalError" && (error as LocalError).code === code;
  }
}

/** Text or bytes that do not have the demanded form. */
export class BytesFormatError extends LocalError {
  constructor(message: string) {
    super("BYTES_FORMAT", message);
  }
}
