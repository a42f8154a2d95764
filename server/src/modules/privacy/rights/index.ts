import type { Tx } from '../../../platform/db/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import { enqueue, type Job } from '../../../platform/jobs/index.ts'
import { askOnBehalf } from './ask-on-behalf.ts'
import { askRoutes } from './ask-right.ts'
import { decisionRoutes } from './decide-request.ts'
import { erasureJobs, resumeErasures } from './erase-person.ts'
import { exportRoutes } from './export-routes.ts'
import { holdRoutes } from './hold-routes.ts'
import { importRoute } from './import-data.ts'
import { requestListRoutes } from './list-requests.ts'
import { createMakeExportsJob, makeExportsJob } from './make-export.ts'
import { showReceipt } from './receipt.ts'
import { createRepeatErasuresJob } from './replay-erasures.ts'
import { erasureRequestRoutes } from './request-erasure.ts'
import type { Rights } from './rights.ts'
import { showMyData } from './show-my-data.ts'

export { erasePerson } from './erase-person.ts'
export { listDisclosures, viewDisclosure } from './list-disclosures.ts'
export { makeExport } from './make-export.ts'
export { unpackArchive } from './read-archive.ts'
export { readSubject, subjectNow } from './read-subject.ts'
export { findErased, findReturned, replayErasures } from './replay-erasures.ts'
export { findErasuresUnderWay, insertRequest } from './request-store.ts'
export type { Rights } from './rights.ts'
export { reportOn } from './show-my-data.ts'
export { rightsRequest } from './tables.ts'
export { type ArchiveFile, makeArchive } from './tar.ts'

/** What people may ask of us about their data, and what officers do about it. */
export const createRights = (rights: Rights): { routes: readonly Route[]; jobs: readonly Job[] } => ({
  routes: [
    ...erasureRequestRoutes(rights),
    ...requestListRoutes(rights),
    ...askRoutes(rights),
    askOnBehalf(rights),
    ...decisionRoutes(rights),
    showReceipt(rights),
    showMyData(rights),
    ...exportRoutes(rights),
    importRoute(rights),
    ...holdRoutes(rights),
  ],
  jobs: [...erasureJobs(rights), createRepeatErasuresJob(rights), createMakeExportsJob(rights)],
})

/** Goes on with erasures and copies that were begun and are not done. */
export const resumeRights = async (tx: Tx): Promise<void> => {
  await resumeErasures(tx)
  await enqueue(tx, makeExportsJob, {}, { key: makeExportsJob })
}
