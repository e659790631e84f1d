export { n as openLoadBalancer, t as parseTrafficInputs, r as routeTraffic } from "./traffic.mjs";
import "./follow.mjs";
