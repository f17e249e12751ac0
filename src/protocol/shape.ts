/** What fields are wanted, by name, and of which type. */
type Shape = Readonly<Record<string, 'string' | 'number'>>;

/** An object with these fields. */
export type Shaped<Wanted extends Shape> = {
  readonly [Name in keyof Wanted]: Wanted[Name] extends 'string' ? string : number;
};

/**
 * Whether a value that came from elsewhere, be it a store or another tab, has fields of these types. Pages load it, so that it is
 * smaller than a library for schemas, and asks for no more than this.
 */
export const isShaped = <const Wanted extends Shape>(value: unknown, shape: Wanted): value is Shaped<Wanted> =>
  Object.entries(shape).every(([name, type]) => {
    const field: unknown = Object(value)[name];
    // No number of ours is beyond what a date can be.
    return typeof field === type && (typeof field !== 'number' || Math.abs(field) <= longestTime);
  });

const longestTime = 8.64e15;

/** What a text of JSON says; `null` where it is none. */
export function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
