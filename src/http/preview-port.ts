// What the HTTP side needs to show how a file would be read: the mappings that there are, and the reading itself.

import type { Reject } from '../domain/errors.ts';
import type { Mapping } from '../producers/files/mapping.ts';
import type { FileKind } from '../producers/formats/format.ts';

/** The mapping of an account of the configuration, for one kind of file. */
export interface AccountMapping {
  readonly provider: string;
  readonly account: string;
  readonly kind: FileKind;
  readonly mapping: Mapping;
}

export interface PreviewJob {
  readonly path: string;
  /** What messages call the file. */
  readonly name: string;
  readonly kind: FileKind;
  readonly provider: string;
  readonly account: string | null;
  readonly mapping: Mapping | undefined;
  /** How many of the first rows are shown. */
  readonly shown: number;
}

/** A file as it would be read. */
export interface FilePreview {
  /** The export that the file is, where no mapping is given. */
  readonly named: { readonly provider: string; readonly title: string; readonly name: string } | null;
  readonly result: {
    readonly rows: number;
    readonly rejected: number;
    readonly leftOut: number;
    readonly sums: Readonly<Record<string, string>>;
    readonly lack: { readonly expected: string; readonly found: string } | null;
  };
  readonly taken: number;
  readonly first: readonly {
    readonly line: number;
    /** The cells of the columns that are read, without what is personal. */
    readonly before: Readonly<Record<string, string>>;
    /** What the row would become, by our fields; null for one that is left out or rejected. */
    readonly after: Readonly<Record<string, string>> | null;
    readonly reject: Reject | null;
  }[];
}

export interface PreviewPort {
  /** The providers whose files can be read. */
  readonly providers: readonly { readonly name: string; readonly title: string }[];
  accountMappings(): readonly AccountMapping[];
  /** Throws as an import does where the file cannot be read at all. */
  read(job: PreviewJob): Promise<FilePreview>;
  /** The first of the stored bytes of an import, and whether there are more; undefined if they are not stored. */
  stored(importId: number, bytesMax: number): { readonly bytes: Buffer; readonly isCut: boolean } | undefined;
}
