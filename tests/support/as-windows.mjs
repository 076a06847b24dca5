/** Makes the program believe that it runs on Windows; for `node --import`. */
Object.defineProperty(process, "platform", { value: "win32" });
