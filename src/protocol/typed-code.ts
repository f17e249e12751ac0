/**
 * Cleans up a typed or pasted code: removes white space and invisible characters, and converts digits of any script to ASCII. A line break
 * inside is kept, so that the code is refused. Only for one-time codes: in a PIN or a password every character counts.
 */
export function typedCode(text: string): string {
  return text
    .trim()
    .replace(/[^\S\r\n]|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/(?!\d)\p{Nd}/gu, asciiDigit);
}

/** In Unicode, the decimal digits of each script are consecutive, from zero to nine. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let start = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((point - start) % 10);
}
