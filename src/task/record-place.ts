// Where bytes of a key's state lie: a record, or its assessment.

export interface RecordPlace {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Whether there are no bytes: of an assessment, that nothing stands under its key. */
export function isEmptyPlace({ from, to }: RecordPlace): boolean {
  return to === from;
}
