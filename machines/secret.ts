/**
 * A value that cannot be printed, serialised or cloned by accident: a password, a one-time code, a PIN or a token.
 *
 * The text is kept outside the object, so that logs, debuggers, `JSON.stringify`, `structuredClone`, inspectors and
 * persisted snapshots see an empty shell. Only {@link reveal} reads it, and only in the process that made it: a copy that
 * went through serialisation is dead.
 *
 * @example
 * ```ts
 * import { reveal, secret } from 'etna-auth';
 *
 * const password = secret('correct horse');
 * console.log(`${password}`, JSON.stringify({ password })); // [secret] {"password":"[secret]"}
 * console.log(reveal(password) === 'correct horse'); // true
 * ```
 */
export class Secret {
  /** Keeps other objects from passing for a `Secret`; holds nothing. */
  declare private readonly brand: never;

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}

// A private field would do for JSON, but browser consoles show private fields.
const texts = new WeakMap<Secret, string>();

/** Wraps a text. Wrap as early as you can: what was a plain string before may have been copied already. */
export function secret(text: string): Secret {
  const wrapped = emptyShell();
  texts.set(wrapped, text);
  return wrapped;
}

function emptyShell(): Secret {
  const shell = new Secret();
  // Vue would wrap it in a proxy, which the map does not know.
  Object.freeze(shell);
  return shell;
}

/** Stands in for what came as plain text, which must not be kept: snapshots would show it. It cannot be revealed. */
export const unwrapped: Secret = /* @__PURE__ */ emptyShell();

/** Whether `value` is a `Secret` that still can be revealed: not wiped, and not revived from JSON or a clone. */
export function isAlive(value: unknown): boolean {
  return value instanceof Secret && texts.has(value);
}

/**
 * The text of a secret. Call it where the text leaves the program, never to keep the result.
 *
 * @throws {TypeError} when the secret was wiped, or is a copy that went through serialisation.
 */
export function reveal(wrapped: Secret): string {
  const text = texts.get(wrapped);
  if (text === undefined) throw new TypeError('The secret is gone.');
  return text;
}

/** Whether two secrets that can be revealed have the same text. Neither is revealed. */
export function isSameSecret(one: Secret, other: Secret): boolean {
  return isAlive(one) && texts.get(one) === texts.get(other);
}

/** Forgets the text for good, wherever the secret is still referred to. */
export function wipe(wrapped: Secret): void {
  texts.delete(wrapped);
}
