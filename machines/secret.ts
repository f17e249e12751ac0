/**
 * A value that cannot be printed, serialised or cloned by accident: a password, a one-time code, a PIN or a token.
 *
 * The text is kept outside the object, so logs, `JSON.stringify`, `structuredClone`, inspectors and persisted snapshots see
 * an empty object. Only {@link reveal} reads it, and only in the process that created it: a serialised copy has lost its text.
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
  /** Prevents other objects from being accepted as a `Secret`. Empty. */
  declare private readonly brand: never;

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}

// A private field would be enough for JSON, but browser consoles show private fields.
const texts = new WeakMap<Secret, string>();

/** Wraps a text. Wrap as early as possible: a plain string may already have been copied elsewhere. */
export function secret(text: string): Secret {
  const wrapped = emptyShell();
  texts.set(wrapped, text);
  return wrapped;
}

function emptyShell(): Secret {
  const shell = new Secret();
  // Vue would wrap it in a proxy, which is not a key of the map.
  Object.freeze(shell);
  return shell;
}

/** Replaces a plain text, which must not be stored, since snapshots would show it. It cannot be revealed. */
export const unwrapped: Secret = /* @__PURE__ */ emptyShell();

/** Whether `value` is a `Secret` that can still be revealed: not wiped, and not restored from JSON or a clone. */
export function isAlive(value: unknown): boolean {
  return value instanceof Secret && texts.has(value);
}

/**
 * Returns the text of a secret. Call it only where the text leaves the program, and do not store the result.
 *
 * @throws {TypeError} if the secret was wiped, or is a serialised copy.
 */
export function reveal(wrapped: Secret): string {
  const text = texts.get(wrapped);
  if (text === undefined) throw new TypeError('The secret is gone.');
  return text;
}

/** Whether two secrets have the same text. Neither is returned. `false` for one that cannot be revealed. */
export function isSameSecret(one: Secret, other: Secret): boolean {
  return isAlive(one) && texts.get(one) === texts.get(other);
}

/** Deletes the text for good, even if the secret is still referenced. */
export function wipe(wrapped: Secret): void {
  texts.delete(wrapped);
}
