import { parsed } from './shape.ts';

/** The body of a reply: the fields that a login decides on, `null` where there is no text, and all of it. */
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
 * Reads a body. Names of fields count in any case, and a field of another kind than it should be counts as absent, since what
 * is not needed must not spoil a reply. A body that is no JSON object has no fields.
 */
export function parseBody(body: string): Body {
  const value = parsed(body);
  const whole = typeof value === 'object' ? value : null;
  const field = (name: string) => {
    const value = fieldIn(whole, name);
    return typeof value === 'string' ? value : null;
  };
  const step = fieldIn(whole, 'step');
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

/** What a body has in a field, whose name counts in any case. */
export const fieldIn = (whole: unknown, name: string): unknown =>
  Object.entries(Object(whole)).findLast(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];

// ETNA's own replies have a Reason; the others are shapes that its servers have been seen to answer with.
const places = ['reason', 'message', 'error', 'errors', '0'];

/** The words that a reply has for people, wherever it keeps them. */
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
