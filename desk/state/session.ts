// Who is signed in, and what the person may do where.

import { createContext, use } from 'react';
import type { Me, Role } from '../api/types.ts';

export const SessionContext = createContext<Me | null>(null);

export function useMyself(): Me {
  return use(SessionContext)!;
}

export function hasRole({ roles }: Me, role: Role, merchant?: string): boolean {
  const isThere = (where: string) => where === '*' || merchant === undefined || where === merchant;
  return roles.some((grant) => grant.role === role && isThere(grant.merchant));
}

/** Operators and approvers work cases. */
export function mayWork(me: Me, merchant?: string): boolean {
  return hasRole(me, 'operator', merchant) || hasRole(me, 'approver', merchant);
}

/** Those that a role is for by name. */
export function merchantsOf({ roles }: Me): readonly string[] {
  return [...new Set(roles.map(({ merchant }) => merchant))].filter((merchant) => merchant !== '*');
}

/** Admins see people and the audit trail, and no case. */
export function isAdminOnly({ roles }: Me): boolean {
  return roles.length > 0 && roles.every(({ role }) => role === 'admin');
}

/** The audit trail is of all merchants. */
export function seesAudit(me: Me): boolean {
  return seesAll(me) && (hasRole(me, 'auditor') || hasRole(me, 'admin'));
}

/** Whether a role counts for all merchants: some pages belong to none. */
export function seesAll({ roles }: Me): boolean {
  return roles.some(({ merchant }) => merchant === '*');
}
