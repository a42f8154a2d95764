export { createDockerDriver } from './docker-driver.ts'
export * from './engine-driver.ts'
