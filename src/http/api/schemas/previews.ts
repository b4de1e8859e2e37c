// How a file would be read, and the mappings that it may be read by.

import { z } from 'zod';
import { FILE_KINDS } from '../../../producers/formats/format.ts';
import { amount, instant, named } from './basic.ts';

export const MappingChoices = named(
  'MappingChoices',
  z.strictObject({
    providers: z.array(z.strictObject({ name: z.string(), title: z.string() })),
    mappings: z.array(
      z.strictObject({
        /** The name by which a preview asks for it. */
        mapping: z.string(),
        kind: z.enum(FILE_KINDS),
        provider: z.string(),
        account: z.string().nullable(),
        /** Of the mapping of an earlier import: its number, its file, and when that was. */
        import: z.int().nullable(),
        file: z.string().nullable(),
        at: instant.nullable(),
      }),
    ),
  }),
);

export const Preview = named(
  'FilePreview',
  z.strictObject({
    file: z.string(),
    kind: z.enum(FILE_KINDS),
    provider: z.string(),
    account: z.string().nullable(),
    /** The known export that the file is, where no mapping was given. */
    export: z.strictObject({ provider: z.string(), title: z.string(), name: z.string() }).nullable(),
    /** Whether only the beginning of a large stored file was read. */
    is_cut: z.boolean(),
    rows: z.int(),
    taken: z.int(),
    rejected: z.int(),
    left_out: z.int(),
    sums: z.record(z.string(), amount),
    /** Why nothing of the file would be taken; null where some of it would. */
    lack: z.strictObject({ expected: z.string(), found: z.string() }).nullable(),
    first: z.array(
      z.strictObject({
        line: z.int(),
        /** The cells of the columns that are read, by the file's names; what is personal is hidden. */
        cells: z.record(z.string(), z.string()),
        /** What the row would become; null for one that is left out or rejected. */
        fields: z.record(z.string(), z.string()).nullable(),
        reject: z
          .strictObject({
            field: z.string(),
            code: z.string(),
            expected: z.string(),
            found: z.string(),
            remedy: z.string(),
          })
          .nullable(),
      }),
    ),
  }),
);
