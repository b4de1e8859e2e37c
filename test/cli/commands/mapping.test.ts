// `hesabu mapping suggest` and `hesabu mapping check`, as a shell sees them.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { MAIN } from '../../program.ts';
import { hesabu, writeFiles } from '../cli-process.ts';
import { freshDirectory } from './given-ledger.ts';

const STATEMENT = fileURLToPath(new URL('../../fixtures/exports/mpesa-statement.csv', import.meta.url));
const RELEVE = 'Date;Référence;Montant;Frais\n02/06/2026;SN-1;2 500,00;37,50\n02/06/2026;SN-2;1200,00;x\n';
const MAPPING = `settlements:
  decimal: ","
  thousands: [" "]
  dates: [d/M/yyyy]
  columns: { transaction_reference: Référence, amount_received: Montant, fee_deduction: Frais, settlement_date: Date }
  constants: { transaction_id: "", type: payment, currency: XOF }
`;

const given = () => writeFiles(freshDirectory(), { 'releve.csv': RELEVE, 'mapping.yaml': MAPPING });

describe('hesabu mapping suggest', () => {
  it('prints a mapping that is YAML as it stands, with a comment on each line, and exits with 0', async () => {
    const files = given();
    const { code, stdout } = await hesabu(['mapping', 'suggest', files['releve.csv']]);
    expect(code).toBe(0);
    expect(Object.keys(parseMappings(stdout, 'suggested'))).toEqual(['settlements']);
    const settings = stdout.split('\n').filter((line) => line !== '' && !/^\s*(?:#|columns:|constants:)/.test(line));
    expect(settings.length).toBeGreaterThan(5);
    for (const line of settings) expect(line).toMatch(/ {2}# (?:sure|likely|known): ./);
    expect(stdout).toContain('# ? dates: [d/M/yyyy]');
  });

  it('prints the same as data, in both languages', async () => {
    const files = given();
    const { stdout } = await hesabu(['mapping', 'suggest', files['releve.csv'], '--format', 'json', '--lang', 'zh-CN']);
    const suggestion = JSON.parse(stdout);
    expect(suggestion).toMatchObject({ kind: 'settlements', export: null });
    expect(suggestion.mapping.settlements).toMatchObject({ separator: ';', decimal: ',' });
    const { question, alternatives } = suggestion.questions.find(({ path }: { path: string[] }) => path[0] === 'dates');
    expect(question).toMatch(/日在前/);
    expect(alternatives.map(({ mapping }: { mapping: object }) => mapping)).toEqual([
      { settlements: { dates: ['d/M/yyyy'] } },
      { settlements: { dates: ['M/d/yyyy'] } },
    ]);
  });

  it('says that a named export needs no mapping', async () => {
    const { stdout } = await hesabu(['mapping', 'suggest', STATEMENT]);
    expect(stdout).toContain('# This file is the organisation statement of M-Pesa.');
    expect(stdout).toContain(`# No mapping is needed: hesabu reconcile --provider mpesa --settlements ${STATEMENT}`);
  });

  it.each([
    [['none.csv'], 'HESABU_FILE_MISSING'],
    [[STATEMENT, '--kind', 'invoices'], 'HESABU_USAGE'],
    [['/dev/null'], 'HESABU_FILE_'],
  ])('ends with 2 for %j', async (args, expected) => {
    const { code, stderr } = await hesabu(['mapping', 'suggest', ...args]);
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(stderr).toMatch(new RegExp(`^${expected}`));
  });

  it('does not let a name in a file end its line or hide anything', async () => {
    const name = 'Amount\\u202e"\\u2028x: y # z';
    const text = `Ref,Txn,Fee,Day,${JSON.parse(`"${name.replace('"', '')}"`)}\nA,T,1,2026-06-02,__proto__\n`;
    const files = writeFiles(freshDirectory(), { 'odd.csv': text });
    const { stdout } = await hesabu(['mapping', 'suggest', files['odd.csv']]);
    expect(stdout).not.toMatch(/[\u202e\u2028]/);
    expect(Object.keys(parseMappings(stdout, 'suggested'))).toEqual(['settlements']);
  });
});

describe('hesabu mapping check', () => {
  it('shows rows before and after, counts, rejects and sums, and writes nothing', async () => {
    const files = given();
    const { code, stdout } = await hesabu(
      ['mapping', 'check', files['releve.csv'], '--mapping', files['mapping.yaml']],
      { cwd: join(files['releve.csv'], '..') },
    );
    expect(code).toBe(0);
    expect(stdout).toContain('SN-1                   payment  2500             XOF       37.5           2026-06-02');
    expect(stdout).toContain('fee_deduction  HESABU_AMOUNT_INVALID     1             3');
    expect(stdout).toContain('XOF         2,500  37.5');
    expect(stdout).toContain('rows = taken + left out + rejected: 2 = 1 + 0 + 1');
  });

  it('takes the kind from the mapping, or from --kind, and shows an export by the name of its provider', async () => {
    const { stdout } = await hesabu(['mapping', 'check', STATEMENT, '--provider', 'mpesa', '--format', 'json']);
    const checked = JSON.parse(stdout);
    expect(checked).toMatchObject({ kind: 'settlements', rows: 10, taken: 8, left_out: 2, sums: { KES: '291.75' } });
    expect(checked.words).toMatchObject({ payment: { rows: 3, sums: { KES: '1855.00' } } });
    expect(checked.first[0]).toMatchObject({ line: 6, after: { type: 'payout', amount_received: '-1200.00' } });
  });

  it('reads the standard input', () => {
    const args = ['--disable-warning=ExperimentalWarning', MAIN, 'mapping', 'check', '-', '--provider', 'mpesa'];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', input: readFileSync(STATEMENT) });
    expect(stdout).toMatch(/^Read as the organisation statement of M-Pesa\.\n/);
    expect(stdout).toContain('rows = taken + left out + rejected: 10 = 8 + 2 + 0');
  });

  it('ends with 2 where the file cannot be read by the mapping', async () => {
    const files = given();
    const { code, stderr } = await hesabu(['mapping', 'check', STATEMENT, '--mapping', files['mapping.yaml']]);
    expect([code, stderr.split(':')[0]]).toEqual([2, 'HESABU_HEADER_INVALID']);
  });
});
