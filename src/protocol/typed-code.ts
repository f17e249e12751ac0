/**
 * The code that was meant by what was typed or pasted: blanks and invisible characters go, and digits of any script become
 * ASCII. A line break within is part of no code, and is left to be refused. For one-time codes only: in a PIN or a password
 * every character counts.
 */
export function typedCode(text: string): string {
  return text
    .trim()
    .replace(/[^\S\r\n]|\p{Cf}/gu, '')
    .replace(/\p{Nd}/gu, asciiDigit);
}

/** Unicode has the decimal digits of each script in a row, from zero to nine. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let start = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((point - start) % 10);
}
