// The redactor takes time in proportion to a body, whatever somebody put into it.
import { expect, it } from 'vitest';
import { BODY_BYTES_MAX, Redactor } from '../../../src/archive/privacy/redactor.ts';
import { pseudonym } from '../exchanges/given.ts';

const redactor = new Redactor(pseudonym);

it.each([
  ['<a', 'a'],
  ['', '<a '],
  ['{"phone":', '['],
  ['{"a":"', '\\'],
  ['{"a":"', '1234 '],
  ['x ', '+1('],
  ['{', '"a":'],
  ['a=', '&a='],
  ['msisdn,a\n', 'x,"'],
])('a hostile mebibyte does not keep the redactor busy: %s%s...', (begin, more) => {
  // The time of the processor, which other work on the machine does not add to.
  const millisFor = (bytes: number) => {
    const body = Buffer.from(begin + more.repeat(bytes / more.length - begin.length));
    const begun = process.cpuUsage();
    redactor.body(body, '');
    return process.cpuUsage(begun).user / 1_000;
  };
  // A sixteenth of the body takes a sixteenth of the time; if time grew with the square, it would be a 256th.
  const sixteenth = Math.max(millisFor(BODY_BYTES_MAX / 16), 10);
  const whole = millisFor(BODY_BYTES_MAX);
  expect(whole).toBeLessThan(4 * 16 * sixteenth);
});
