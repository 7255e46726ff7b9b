// The sky behind the set.

layout(location = 0) out vec4 seen;
layout(location = 1) out ivec2 shown;

void main() {
    vec3 way = ray_at(gl_FragCoord.xy);
    float t = clamp(way.y / length(way) * 1.8, 0.0, 1.0);
    seen = vec4(toned(mix(horizon.rgb, top.rgb, t * (2.0 - t))), 1.0);
    shown = ivec2(-1, 0);
}
