// Zip archives as bytes, also such as no program writes.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Buffer;
  readonly isStored?: boolean;
  readonly isEncrypted?: boolean;
  /** The mode of the file, as Unix has it. */
  readonly mode?: number;
  /** What the archive says of it, where that is not so. */
  readonly saidBytes?: number;
  readonly crc?: number;
}

export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { bytes, isStored = false, mode = 0o100644 } = entry;
    const packed = isStored ? bytes : deflateRawSync(bytes, { level: 9 });
    const name = Buffer.from(entry.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.isEncrypted === true ? 1 : 0, 2);
    common.writeUInt16LE(isStored ? 0 : 8, 4);
    common.writeUInt32LE(entry.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.saidBytes ?? bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    files.push(Buffer.from('504b0304', 'hex'), common, name, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('504b01021403', 'hex'), common, rest, name);
    offset += 30 + name.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, central, end]);
}
