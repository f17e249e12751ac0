/** The required fields, and their types. */
type Shape = Readonly<Record<string, 'string' | 'number'>>;

/** An object with these fields. */
export type Shaped<Wanted extends Shape> = {
  readonly [Name in keyof Wanted]: Wanted[Name] extends 'string' ? string : number;
};

/**
 * Whether a value from outside, such as a store or another tab, has fields of these types. Pages load it, so it is smaller than a schema
 * library, and does no more than this.
 */
export const isShaped = <const Wanted extends Shape>(value: unknown, shape: Wanted): value is Shaped<Wanted> =>
  Object.entries(shape).every(([name, type]) => {
    const field: unknown = Object(value)[name];
    // All numbers are times, so they must be in the range of a date.
    return typeof field === type && (typeof field !== 'number' || Math.abs(field) <= longestTime);
  });

const longestTime = 8.64e15;

/** Parses JSON; `null` if it is not valid. */
export function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
