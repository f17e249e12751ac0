import { parsed } from './shape.ts';

/** The body of a reply: the fields that decide about a login, `null` if they are not texts, and the whole body. */
export interface Body {
  readonly State: string | null;
  readonly Step: string | null;
  readonly Token: string | null;
  readonly ConfirmationToken: string | null;
  readonly PersonalPhrase: string | null;
  readonly Image: string | null;
  readonly whole: unknown;
}

/**
 * Reads a body. Names of fields are case-insensitive. A field of the wrong type counts as absent, since a field that is not needed must
 * not invalidate a reply. A body that is not a JSON object has no fields.
 */
export function parseBody(body: string): Body {
  const value = parsed(body);
  const whole = typeof value === 'object' ? value : null;
  const fields = new Map(Object.entries(Object(whole)).map(([name, value]) => [name.toLowerCase(), value]));
  const field = (name: string) => {
    const value = fields.get(name.toLowerCase());
    return typeof value === 'string' ? value : null;
  };
  const step = fields.get('step');
  return {
    State: field('State'),
    Step: typeof step === 'number' ? String(step) : field('Step'),
    Token: field('Token'),
    ConfirmationToken: field('ConfirmationToken'),
    PersonalPhrase: field('PersonalPhrase'),
    Image: field('Image'),
    whole,
  };
}

/** The value of a field. Its name is case-insensitive. */
export const fieldIn = (whole: unknown, name: string): unknown =>
  Object.entries(Object(whole)).findLast(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];

// ETNA's own replies have a Reason; the others have been observed in replies of its servers.
const places = ['reason', 'message', 'error', 'errors', '0'];

/** The message in a reply, in any of these fields. */
export function wordsIn(value: unknown, depth = 3): string | null {
  if (typeof value === 'string') return value || null;
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  const parts = Object.entries(value);
  for (const place of places) {
    for (const [name, part] of parts) {
      const words = name.toLowerCase() === place ? wordsIn(part, depth - 1) : null;
      if (words !== null) return words;
    }
  }
  return null;
}
