// What every pass knows of the frame: the lens, the light, the faces. Written by gpu_take.py, row by row.

const float NEAR_M = @NEAR_M@;
const float SHADOW_BIAS_M = @SHADOW_BIAS_M@;
const float WIDEST = @WIDEST@;
const float NARROWEST = @NARROWEST@;
const float CONTACT_RADII = @CONTACT_RADII@;
const float GLOW = @GLOW@;
const float HAZE = @HAZE@;
const int TONE_SHIFT = @TONE_SHIFT@;
const int TONE_BASE = @TONE_BASE@;
const float TONE_FLOOR = @TONE_FLOOR@;
const float TONE_CEILING = @TONE_CEILING@;
const int SMOOTH = 1;
const int TOON = 2;

// A lens: the ray of a pixel is ray + x · ray_x + y · ray_y.
layout(std140, binding = 0) uniform Lens {
    vec4 eye;
    vec4 ray;
    vec4 ray_x;
    vec4 ray_y;
    vec4 project[3];  // homogeneous pixel coordinates of a world point
    vec4 size;        // width, height; fade, 0 (black) … 256; groups of spheres that dim the floor
    vec4 pen;         // strength, scale, pixels a metre, strength on flush features
    vec4 blur;        // widest circle in pixels, focus in metres, margin; 1 where ink is kept apart
};

layout(std140, binding = 1) uniform Light {
    vec4 towards_sun;
    vec4 sun;           // and what comes through the windows, in strengths of the sun
    vec4 sky;
    vec4 ground;
    vec4 top;
    vec4 horizon;       // and in w the metres at which fog half swallows things
    vec4 axes[3];       // across, down and towards the sun
    // Of a shadow map: origin in texels, texels in a metre, texels an edge widens in a metre.
    vec4 still_texels;
    vec4 window_texels;
    vec4 moving_texels;
    vec4 volume_place;  // origin, cells in a metre
    vec4 volume_reach;  // metres from a surface; number of lamps
};

struct Face {
    vec4 colour;  // linear, and glow
    ivec4 what;   // surface, part, SMOOTH | TOON
};
layout(std430, binding = 2) readonly buffer Faces { Face faces[]; };
layout(std430, binding = 3) readonly buffer Planes { vec4 planes[]; };  // normal · place = w

vec3 ray_at(vec2 pixel) { return ray.xyz + ray_x.xyz * pixel.x + ray_y.xyz * pixel.y; }
