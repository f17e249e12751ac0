import type { Way } from '../chart.ts';

/** A place in the drawing, in pixels from its top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A state, or the one that stands for all of them. */
export interface DrawnState {
  readonly key: string;
  readonly description: string;
  readonly isBusy: boolean;
  readonly jobs: readonly string[];
  readonly box: Box;
  readonly ways: readonly Way[];
}

/** All transitions from one state to another. */
export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  /** As the `d` of an SVG's path. */
  readonly path: string;
  readonly box: Box;
  readonly labels: readonly (Pick<Way, 'eventType' | 'guard'> & { readonly text: string })[];
}

/** The drawing of a machine. */
export interface Chart {
  readonly width: number;
  readonly height: number;
  readonly states: readonly DrawnState[];
  readonly arrows: readonly DrawnArrow[];
  readonly start: { readonly box: Box; readonly path: string };
}
