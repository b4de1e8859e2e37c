// Files that people name, and YAML in them: no pipe, no device and no bomb holds a command up.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HesabuError } from '../../src/domain/errors.ts';
import { readRegularFile, readTextFile } from '../../src/runtime/regular-file.ts';
import { readYaml } from '../../src/runtime/yaml.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-regular-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    return (error as HesabuError).code ?? String(error);
  }
}

describe('a file that somebody names', () => {
  it('is read where it is a regular one of a size that such files have', () => {
    writeFileSync(join(dir, 'rules.yaml'), 'zone: UTC\n');
    expect(readTextFile(join(dir, 'rules.yaml'))).toBe('zone: UTC\n');
    writeFileSync(join(dir, 'large'), Buffer.alloc(11));
    expect(codeOf(() => readRegularFile(join(dir, 'large'), 10))).toBe('HESABU_FILE_UNREADABLE');
    expect(readRegularFile(join(dir, 'large'), 11)).toHaveLength(11);
  });

  it('is refused at once where it is a pipe without a writer, a device, a directory, or a link to itself', () => {
    expect(spawnSync('mkfifo', [join(dir, 'pipe')]).status).toBe(0);
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'));
    for (const path of [join(dir, 'pipe'), '/dev/zero', dir, join(dir, 'loop')]) {
      expect([path, codeOf(() => readTextFile(path))]).toEqual([path, 'HESABU_FILE_UNREADABLE']);
    }
  });

  it('is missing where it is not there, or its folder is a file', () => {
    writeFileSync(join(dir, 'file'), '');
    for (const name of ['none', 'file/below']) {
      expect(codeOf(() => readTextFile(join(dir, name)))).toBe('HESABU_FILE_MISSING');
    }
  });
});

describe('YAML', () => {
  const read = (text: string) => readYaml(text, 'rules.yaml', 'HESABU_RULES_INVALID');

  it('is what it says; an empty text is nothing', () => {
    expect(read('a: [1, 2]\nb: *x\n'.replace('b: *x\n', ''))).toEqual({ a: [1, 2] });
    expect([read(''), read('# only a comment')]).toEqual([undefined, undefined]);
  });

  it('has its line named where it is wrong', () => {
    expect(() => read('a: 1\nb: [1\n')).toThrowError(
      expect.objectContaining({ code: 'HESABU_RULES_INVALID', message: expect.stringContaining('rules.yaml:') }),
    );
  });

  it('is refused where it is a bomb of aliases, or nested without end', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 10; at++)
      lines.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(', ')}]`,
      );
    expect(codeOf(() => read(lines.join('\n')))).toBe('HESABU_RULES_INVALID');
    expect(codeOf(() => read(`a: ${'['.repeat(20_000)}`))).toBe('HESABU_RULES_INVALID');
  });
});
