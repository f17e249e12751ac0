/**
 * Makes text from outside safe for a terminal: removes control characters, which could control it, and invisible and bidirectional ones,
 * which could disguise the text. Line breaks and tabs stay.
 */
export const printable = (text: string): string =>
  text.replaceAll(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd');
