// The named steps of everything that the embedded log and its snapshots do to the disk. A test ends the process at each
// of them, and whatever was acknowledged must be there afterwards.

export const LOG_STEPS = [
  'append:seal-removed',
  'append:begin',
  'append:written',
  'append:before-commit',
  'append:committed',
  'checkpoint:begin',
  'checkpoint:done',
  'close:before-checkpoint',
  'close:checkpointed',
  'seal:written-temp',
  'seal:renamed',
  'snapshot:written-temp',
  'snapshot:renamed',
  'snapshot:older-removed',
] as const;

export type LogStep = (typeof LOG_STEPS)[number];

/** Told of every step, just after it was taken. */
export type OnStep = (step: LogStep) => void;
