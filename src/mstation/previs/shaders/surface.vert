// Points in, their place in the picture out: top row first, nearness as depth.

layout(location = 0) in vec3 place;
layout(location = 1) in vec4 soft;
out vec3 v_place;
out vec4 v_soft;

void main() {
    vec4 world = vec4(place, 1.0);
    vec3 h = vec3(dot(project[0], world), dot(project[1], world), dot(project[2], world));
    v_place = place;
    v_soft = soft;
    // Depth becomes NEAR_M over metres: the near plane cuts at NEAR_M and nothing is too far.
    gl_Position = vec4(2.0 * h.xy / size.xy - h.z, 2.0 * NEAR_M - h.z, h.z);
}
