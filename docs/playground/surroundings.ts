import { takeOverTime } from './time.ts';

/** A period of time. */
export interface Span {
  readonly milliseconds: number;
  readonly words: string;
}

/** The time of all scenes, and of the page. */
export const time = takeOverTime(Date);

/** How long the emulator takes to reply, in milliseconds. */
export const network = { latency: 600 };

let scenes = 0;

/** A number that no other scene has. */
export function numberScene(): number {
  scenes += 1;
  return scenes;
}
