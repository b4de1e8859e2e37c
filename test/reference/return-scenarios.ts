// Scenarios of money that goes back: refunds, reversals, chargebacks, and those that fail.

import fc from 'fast-check';
import type { PaymentStatus } from '../../src/domain/fact.ts';
import { refundRequest, statusChange } from '../matching/given-shop.ts';
import { days, hours, kind, near, one, type Scenario, status, thousandths, via } from './scenario.ts';
import { after, amountOf, broughtBack, ordered, returned, said, settled, taken } from './scene.ts';

export const RETURN_SCENARIOS: Readonly<Record<string, Scenario>> = {
  returned: kind(
    { part: thousandths, near, hours, days, via, took: thousandths },
    (scene, { part, near, hours, days, via, took }) => [
      ordered(scene),
      said(scene, 0.2),
      settled(scene, 1),
      returned(scene, hours, { via, amount: amountOf(scene, part) }),
      taken(scene, days, { gross: `-${amountOf(scene, took, near)}` }),
    ],
  ),
  'returned in several steps': kind(
    { first: thousandths, second: thousandths, near, days, reversal: fc.boolean() },
    (scene, { first, second, near, days, reversal }) => [
      ordered(scene),
      said(scene, 0.2),
      settled(scene, 1),
      returned(scene, 3, { amount: amountOf(scene, first) }),
      returned(scene, 6, {
        payment: `S${scene.tag}`,
        kind: reversal ? 'reversal' : 'refund',
        amount: amountOf(scene, second, near),
      }),
      taken(scene, 2, { gross: `-${amountOf(scene, first)}` }),
      taken(scene, days, { payment: `S${scene.tag}`, gross: `-${amountOf(scene, second)}` }),
    ],
  ),
  'what the shop says later': kind(
    {
      status,
      at: one(0.1, 5, 40),
      merchant: one('shop-1', 'shop-1', '', 'shop-2'),
      asked: thousandths,
      more: one(null, 100, 700),
      when: one(0.1, 30, 60, null),
      back: one(null, 100, 500, 1000),
      word: one<PaymentStatus>('succeeded', 'succeeded', 'pending', 'failed'),
      hours,
    },
    (scene, { status, at, merchant, asked, more, when, back, word, hours }) => {
      const { currency, tag } = scene;
      const request = { currency, merchant, at: when === null ? null : after(scene, when) };
      return [
        ordered(scene),
        said(scene, hours),
        settled(scene, 1),
        statusChange(status, after(scene, at), { id: `s${tag}`, merchant }),
        refundRequest({ ...request, id: `q${tag}`, amount: amountOf(scene, asked) }),
        ...(more === null ? [] : [refundRequest({ ...request, id: `r${tag}`, amount: amountOf(scene, more) })]),
        ...(back === null ? [] : [returned(scene, 36, { amount: amountOf(scene, back) })]),
        ...(back === null ? [] : [returned(scene, 40, { id: `w${tag}`, status: word, amount: amountOf(scene, back) })]),
      ];
    },
  ),
  'a refund that failed': kind(
    { sent: one(3, 30), failed: one(2, 50, 75), days, again: one('no', 'same', 'other'), via, came: one(0, 400, 1000) },
    (scene, { sent, failed, days, again, via, came }) => [
      ordered(scene, { status: 'paid' }),
      said(scene, 0.2),
      settled(scene, 1),
      returned(scene, sent),
      taken(scene, 2),
      returned(scene, failed, { id: `failed${scene.tag}`, status: 'failed', via }),
      ...(again === 'same' ? [returned(scene, 100, { id: `again${scene.tag}` })] : []),
      ...(again === 'other' ? [returned(scene, 100, { payment: `S${scene.tag}` })] : []),
      ...(came === 0 ? [] : [broughtBack(scene, days + 2, { gross: amountOf(scene, came) })]),
    ],
  ),
  'money that came back': kind(
    { name: one('own', 'payment', 'stranger'), came: thousandths, part: thousandths, days },
    (scene, { name, came, part, days }) => [
      ordered(scene),
      said(scene, 0.2),
      settled(scene, 1),
      returned(scene, 3, { amount: amountOf(scene, part) }),
      taken(scene, 2, { gross: `-${amountOf(scene, part)}` }),
      broughtBack(scene, days, {
        gross: amountOf(scene, came),
        payment: { own: `R${scene.tag}`, payment: `P${scene.tag}`, stranger: `X${scene.tag}` }[name],
      }),
    ],
  ),
  'a chargeback': kind(
    {
      outcome: one<PaymentStatus>('disputed', 'charged_back', 'succeeded'),
      hours,
      days,
      part: thousandths,
      back: fc.boolean(),
    },
    (scene, { outcome, hours, days, part, back }) => {
      const amount = amountOf(scene, part);
      const names = { kind: 'chargeback' as const, payment: `C${scene.tag}`, amount };
      const line = { line_type: 'chargeback' as const, payment: `C${scene.tag}`, gross: `-${amount}` };
      return [
        ordered(scene),
        said(scene, 0.2),
        settled(scene, 1),
        returned(scene, 40, { ...names, status: 'disputed' }),
        returned(scene, 41 + hours, { ...names, status: outcome }),
        taken(scene, 2 + days, line),
        ...(back ? [broughtBack(scene, 5, { payment: `C${scene.tag}`, gross: amount })] : []),
      ];
    },
  ),
  'returned by its own status': kind(
    {
      status: one<PaymentStatus>('reversed', 'refunded', 'charged_back', 'disputed'),
      via,
      named: one(0, 300, 1000),
      days,
      own: fc.boolean(),
    },
    (scene, { status, via, named, days, own }) => [
      ordered(scene),
      said(scene, 0.2),
      settled(scene, 1),
      said(scene, 4, { via, status }),
      ...(named === 0 ? [] : [returned(scene, 4, { amount: amountOf(scene, named) })]),
      taken(scene, days, { payment: own ? `R${scene.tag}` : `P${scene.tag}` }),
    ],
  ),
  'returned without an id of its own': kind(
    { part: thousandths, took: thousandths, days, named: fc.boolean() },
    (scene, { part, took, days, named }) => [
      ordered(scene),
      said(scene, 0.2),
      settled(scene, 1),
      returned(scene, 5, {
        payment: named ? `R${scene.tag}` : `P${scene.tag}`,
        original: null,
        amount: amountOf(scene, part),
      }),
      taken(scene, days, { payment: `P${scene.tag}`, original: null, gross: `-${amountOf(scene, took)}` }),
    ],
  ),
  'told twice under the id of its payment': kind(
    {
      part: thousandths,
      second: thousandths,
      next: one<PaymentStatus>('succeeded', 'failed', 'pending'),
      via,
      days,
      hours,
      reversal: fc.boolean(),
    },
    (scene, { part, second, next, via, days, hours, reversal }) => {
      const names = { payment: `P${scene.tag}`, original: null };
      return [
        ordered(scene),
        said(scene, 0.2),
        settled(scene, 1),
        returned(scene, 5, { ...names, id: `e1${scene.tag}`, amount: amountOf(scene, part) }),
        returned(scene, 5 + hours, {
          ...names,
          id: `e2${scene.tag}`,
          via,
          status: next,
          amount: amountOf(scene, part),
        }),
        returned(scene, 7, {
          ...names,
          id: `e3${scene.tag}`,
          kind: reversal ? 'reversal' : 'refund',
          amount: amountOf(scene, second),
        }),
        taken(scene, days, { ...names, id: `l1${scene.tag}`, gross: `-${amountOf(scene, part)}` }),
        taken(scene, 2, { ...names, id: `l2${scene.tag}`, gross: `-${amountOf(scene, second)}` }),
      ];
    },
  ),
  'a return of nothing known': kind(
    { days, hours, state: one<PaymentStatus>('succeeded', 'pending', 'failed'), part: thousandths },
    (scene, { days, hours, state, part }) => [
      ordered(scene),
      returned(scene, hours, { original: `Z${scene.tag}`, status: state, amount: amountOf(scene, part) }),
      taken(scene, days, { original: `Z${scene.tag}`, gross: `-${amountOf(scene, part)}` }),
      ...(part > 500 ? [said(scene, 0.2), settled(scene, 1)] : []),
    ],
  ),
};
