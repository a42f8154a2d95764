import { staffAccessGrant, staffAccessRead } from './staff-access-tables.ts'
import { trainingApproval } from './training-tables.ts'

/** Tables of the gates themselves. */
export const gateTables = [staffAccessGrant, staffAccessRead, trainingApproval]
