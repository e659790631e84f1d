export { type Pin, readPin, setPin } from './pin.ts'
