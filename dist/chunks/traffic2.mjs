export { r as openLoadBalancer, n as parseTrafficInputs, t as routeTraffic } from "./traffic.mjs";
