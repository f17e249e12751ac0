/**
 * What somebody else wrote, fit for a terminal: control characters would talk to it, and invisible ones and those that turn the
 * direction of text would show something else than is there. Line breaks and tabs stay.
 */
export const printable = (text: string): string =>
  text.replaceAll(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd');
