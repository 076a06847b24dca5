/** Finds what only one kind of system has, or what breaks on another. */

const WORDS = {
  ".pathname": /\.pathname\b/,
  "/proc": /["'`]\/proc\//,
  "/bin/sh": /["'`]\/bin\/(?:ba)?sh/,
  mkfifo: /["'`]mkfifo/,
  ulimit: /["'`]ulimit |; ulimit /,
  ps: /\(["'`]ps["'`]/,
  strace: /["'`]strace["'`]/,
  mount: /["'`]u?mount["'`]/,
  prlimit: /["'`]prlimit["'`]/,
  "/dev": /["'`]\/dev\//,
};

/** Every such word of a source text, with its line. */
export function findSystemWords(text) {
  return text.split("\n").flatMap((content, i) =>
    Object.entries(WORDS)
      .filter(([, pattern]) => pattern.test(content))
      .map(([word]) => ({ line: i + 1, word })),
  );
}
